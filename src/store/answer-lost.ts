/** How the wire in front of the embedded engine signals to the pool that a statement's answer broke off. */
export const ANSWER_LOST = 'salient: the answer was lost';
/** The same for an engine that waits for something that never comes: most often room on its disk. */
export const ENGINE_STALLED = 'salient: the engine has stalled';
