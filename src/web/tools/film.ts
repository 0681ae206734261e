import type { App } from '../app-view.js';
import type { Day } from '../text/calendar.js';
import { pictureOf } from './picture.js';

/** How long each map stays, and the last one. */
const FRAME_MS = 900;
const LAST_MS = 2000;
const TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4'];

export const filmType = (): string | null =>
  typeof MediaRecorder === 'undefined' ? null : (TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null);

/** Films the maps of a span, day and source burnt into every frame. Null when it was stopped. */
export async function filmOf(
  app: App,
  days: readonly Day[],
  reported: (day: Day) => void,
  stopped: () => boolean,
): Promise<Blob | null> {
  const type = filmType();
  if (!type) return null;
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  let recorder: MediaRecorder | null = null;
  const pieces: Blob[] = [];
  for (const [i, day] of days.entries()) {
    if (stopped()) break;
    reported(day);
    await app.go(day, false);
    const picture = await pictureOf(app, 1);
    if (!recorder) {
      // The size of a film is that of its first frame; legends of later days may be longer.
      canvas.width = picture.width;
      canvas.height = picture.height;
    }
    pen?.clearRect(0, 0, canvas.width, canvas.height);
    if (pen) pen.fillStyle = '#fbf9f4';
    pen?.fillRect(0, 0, canvas.width, canvas.height);
    pen?.drawImage(picture, 0, 0);
    if (!recorder) {
      recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: type, videoBitsPerSecond: 6_000_000 });
      recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data));
      recorder.start();
    } else recorder.resume();
    await pause(i === days.length - 1 ? LAST_MS : FRAME_MS);
    recorder.pause();
  }
  if (!recorder) return null;
  const ended = new Promise((resolve) => recorder?.addEventListener('stop', resolve, { once: true }));
  recorder.stop();
  await ended;
  return stopped() ? null : new Blob(pieces, { type });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
