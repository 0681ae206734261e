import {
  BufferTarget,
  CanvasSource,
  canEncodeVideo,
  Mp4OutputFormat,
  Output,
  QUALITY_HIGH,
  type VideoCodec,
  WebMOutputFormat,
} from 'mediabunny';
import type { App } from '../app-view.js';
import type { Day } from '../text/calendar.js';
import { pictureOf } from './picture.js';

/** How long each map stays, and the last one, seconds. */
const FRAME_S = 0.9;
const LAST_S = 2;
const FORMS: { codec: VideoCodec; end: 'webm' | 'mp4' }[] = [
  { codec: 'vp9', end: 'webm' },
  { codec: 'vp8', end: 'webm' },
  { codec: 'avc', end: 'mp4' },
];

export interface Film {
  blob: Blob;
  end: 'webm' | 'mp4';
}

/**
 * Films the maps of a span, day and source burnt into every frame; each stays as long as its time in the film says, however long
 * it took to draw. Null when it was stopped, or where the browser encodes none of the forms.
 */
export async function filmOf(
  app: App,
  days: readonly Day[],
  reported: (day: Day) => void,
  stopped: () => boolean,
): Promise<Film | null> {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  const target = new BufferTarget();
  let film: { output: Output; source: CanvasSource; end: Film['end'] } | null = null;
  for (const [i, day] of days.entries()) {
    if (stopped()) break;
    reported(day);
    await app.go(day, false);
    const picture = await pictureOf(app, 1);
    if (!film) {
      // The size of a film is that of its first frame, in whole pairs of pixels; legends of later days may be longer.
      canvas.width = picture.width + (picture.width % 2);
      canvas.height = picture.height + (picture.height % 2);
      film = await begun(canvas, target);
      if (!film) return null;
    }
    if (pen) pen.fillStyle = '#fbf9f4';
    pen?.fillRect(0, 0, canvas.width, canvas.height);
    pen?.drawImage(picture, 0, 0);
    await film.source.add(i * FRAME_S, i === days.length - 1 ? LAST_S : FRAME_S);
    // A frame without an end of its own lasts until the next: the last one is there twice.
    if (i === days.length - 1) await film.source.add(i * FRAME_S + LAST_S, FRAME_S / 9);
  }
  if (!film || stopped()) {
    await film?.output.cancel();
    return null;
  }
  await film.output.finalize();
  return target.buffer && { blob: new Blob([target.buffer], { type: `video/${film.end}` }), end: film.end };
}

async function begun(canvas: HTMLCanvasElement, target: BufferTarget) {
  const { width, height } = canvas;
  for (const { codec, end } of FORMS) {
    if (!(await canEncodeVideo(codec, { width, height, quality: QUALITY_HIGH }))) continue;
    const output = new Output({ format: end === 'webm' ? new WebMOutputFormat() : new Mp4OutputFormat(), target });
    const source = new CanvasSource(canvas, { codec, quality: QUALITY_HIGH });
    output.addVideoTrack(source);
    await output.start();
    return { output, source, end };
  }
  return null;
}
