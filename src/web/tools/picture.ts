import type { App } from '../app-view.js';
import { otherSeries } from '../legend.js';
import { hatching, imageOf, partyMarks, postMark } from '../map/icons.js';
import { groundInOrder, onMap, reachInWords } from '../panel/notes.js';
import { colourOf } from '../panel/panel.js';
import { inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import { asSentence, claimantOf, className, creditsOf, STANDINGS, standingOf, standingWords } from '../text/words.js';

/** Pixels a side at most: what graphics memory of small machines takes. */
const LONGEST = 4096;
const INK = '#1c2226';
const PAPER = '#fbf9f4';
const QUIET = '#5a6369';

/** The map as it is seen, with title, day, legend, attribution and scale, `times` as fine as the screen. */
export async function pictureOf(app: App, times: number): Promise<HTMLCanvasElement> {
  const map = app.stage.map();
  if (!map) throw new Error(t.stillFailed);
  const { gl } = map;
  const { clientWidth: width, clientHeight: height } = gl.getContainer();
  const ratio = Math.max(1, Math.min(times, LONGEST / Math.max(width, height)));
  const before = gl.getPixelRatio();
  gl.setPixelRatio(ratio);
  try {
    await map.settled();
    const picture = document.createElement('canvas');
    const frame = framed(app, picture, width, height, ratio);
    // Drawn and read in one task: what the browser has shown is cleared.
    gl.redraw();
    frame.pen.drawImage(gl.getCanvas(), 0, frame.top * ratio, width * ratio, height * ratio);
    await frame.finish(metresPerPixel(gl.getCenter().lat, gl.getZoom()));
    return picture;
  } finally {
    gl.setPixelRatio(before);
  }
}

const metresPerPixel = (lat: number, zoom: number): number =>
  (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom);

function framed(app: App, picture: HTMLCanvasElement, width: number, height: number, ratio: number) {
  const { series } = app;
  const [top, row] = [64, 22];
  const there = app.onMap() ?? onMap(app.change(), app.posts(), series.parties);
  const { classes, posts, front, changedSince, differences } = there;
  const ground = groundInOrder(classes, series.parties);
  const standings = STANDINGS.filter((standing) => posts.some((post) => standingOf(post) === standing));
  const entries = ground.length + standings.length + (front ? 1 : 0) + (differences ? 1 : 0);
  const columns = Math.max(1, Math.floor((width - 32) / 260));
  const bottom = Math.ceil(entries / columns) * row + 62;
  picture.width = Math.round(width * ratio);
  picture.height = Math.round((top + height + bottom) * ratio);
  const pen = picture.getContext('2d');
  if (!pen) throw new Error(t.stillFailed);
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, picture.width, picture.height);
  const rtl = document.dir === 'rtl';
  pen.direction = rtl ? 'rtl' : 'ltr';
  const [near, far] = rtl ? [width - 16, 16] : [16, width - 16];
  const write = (text: string, x: number, y: number, font: string, colour = INK, align: CanvasTextAlign = 'start') => {
    pen.font = font;
    pen.fillStyle = colour;
    pen.textAlign = align;
    pen.fillText(text, x, y, width - 32);
  };
  const sans = '"Salient Sans", sans-serif';

  async function finish(metres: number): Promise<void> {
    if (!pen) return;
    pen.save();
    pen.scale(ratio, ratio);
    write(series.title, near, 26, '600 20px "Salient Serif", Georgia, serif');
    const day = inWords(app.day(), { weekday: true });
    // Of a day that the series does not reach, that stands beside it, as on the page.
    const reach = reachInWords(series, app.span.changes, app.day());
    write(reach === null ? day : `${day}. ${reach.join(' ')}`, near, 50, `600 16px ${sans}`);
    if (changedSince !== null && reach === null)
      write(t.changedSince(inWords(changedSince)), far, 50, `13px ${sans}`, QUIET, 'end');
    let at = 0;
    const place = () => {
      const [column, line] = [at % columns, Math.floor(at / columns)];
      at++;
      return { x: 16 + column * 260, y: top + height + 12 + line * row };
    };
    const label = (text: string, { x, y }: { x: number; y: number }) =>
      write(text, x + 34, y + 13, `13px ${sans}`, INK, 'left');
    pen.direction = 'ltr';
    for (const id of ground) {
      const spot = place();
      box(pen, app, id, spot.x, spot.y);
      label(className(id, series.parties), spot);
    }
    if (front) {
      const spot = place();
      pen.fillStyle = INK;
      pen.fillRect(spot.x, spot.y + 7, 26, 3);
      label(t.frontLine, spot);
    }
    if (differences) {
      const spot = place();
      pen.fillStyle = '#d99a0099';
      pen.fillRect(spot.x, spot.y, 26, 16);
      pen.strokeStyle = INK;
      pen.strokeRect(spot.x + 0.5, spot.y + 0.5, 25, 15);
      label(t.disagree, spot);
    }
    for (const standing of standings) {
      const spot = place();
      pen.drawImage(await imageOf(postMark(standing, null, 40)), spot.x + 3, spot.y - 2, 20, 20);
      label(standingWords(standing), spot);
    }
    scaleBar(pen, metres, 16, top + height + bottom - 34);
    // The map alone is in the picture; the other series is on it as where it differs.
    const other = differences && otherSeries(app.state, series, app.all);
    write(
      `${creditsOf(other ? [series, other] : [series])}. ${asSentence(series.method)}.`,
      16,
      top + height + bottom - 10,
      `11px ${sans}`,
      QUIET,
      'left',
    );
    pen.restore();
  }
  return { pen, top, finish };
}

/** A swatch as on the map: colour, and the party's marks. */
function box(pen: CanvasRenderingContext2D, app: App, id: string, x: number, y: number): void {
  const { parties } = app.series;
  const index = parties.findIndex((party) => party.id === id);
  const isClaimed = claimantOf(id) !== null;
  const colour = colourOf(id, parties);
  const tile = document.createElement('canvas');
  const marks = index < 0 ? hatching(colour, id === 'contested' ? 0.85 : 0.28) : partyMarks(colour, index);
  tile.width = marks.width;
  tile.height = marks.height;
  tile.getContext('2d')?.putImageData(marks, 0, 0);
  pen.save();
  pen.globalAlpha = isClaimed ? 0.2 : index < 0 ? 0 : 0.5;
  pen.fillStyle = colour;
  pen.fillRect(x, y, 26, 16);
  pen.globalAlpha = 1;
  const pattern = pen.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(0.5));
  if (pattern) pen.fillStyle = pattern;
  if (!isClaimed) pen.fillRect(x, y, 26, 16);
  pen.strokeStyle = colour;
  pen.strokeRect(x + 0.5, y + 0.5, 25, 15);
  pen.restore();
}

function scaleBar(pen: CanvasRenderingContext2D, metres: number, x: number, y: number): void {
  const most = metres * 120;
  const power = 10 ** Math.floor(Math.log10(most));
  const size = ([5, 2, 1].find((step) => step * power <= most) ?? 1) * power;
  pen.fillStyle = INK;
  pen.fillRect(x, y, size / metres, 2);
  pen.fillRect(x, y - 5, 2, 7);
  pen.fillRect(x + size / metres - 2, y - 5, 2, 7);
  pen.font = '600 11px "Salient Sans", sans-serif';
  pen.textAlign = 'left';
  pen.fillText(size >= 1000 ? `${size / 1000} km` : `${size} m`, x + size / metres + 8, y + 3);
}
