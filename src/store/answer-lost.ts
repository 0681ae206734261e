/** How the wire in front of the embedded engine tells the pool that a statement's answer broke off. */
export const ANSWER_LOST = 'salient: the answer was lost';
