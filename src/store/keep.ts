/** SQLSTATE of a write on a standby, or in a transaction that only reads. */
const READ_ONLY = '25006';

/**
 * Keeps something that was computed, where the store takes it: on a standby it is computed anew by whoever asks, and answered all
 * the same. Not inside a transaction, which a refused statement would break.
 */
export async function keepWhereWritable(keep: () => Promise<unknown>): Promise<void> {
  try {
    await keep();
  } catch (error) {
    if ((error as { code?: unknown }).code !== READ_ONLY) throw error;
  }
}
