import type { PathCommand } from 'opentype.js';
import type { Segment } from './distance-field.js';

/** Straight pieces for each curve: at 24 pixels a quarter of a pixel at most. */
const PIECES = 8;

/** The outline of a letter as straight pieces; every contour is closed. */
export function segmentsOf(commands: readonly PathCommand[]): Segment[] {
  const segments: Segment[] = [];
  let [x, y] = [0, 0];
  let start: readonly [number, number] = [0, 0];
  const to = (nextX: number, nextY: number) => {
    if (nextX !== x || nextY !== y) segments.push([x, y, nextX, nextY]);
    [x, y] = [nextX, nextY];
  };
  for (const command of commands) {
    if (command.type === 'M') {
      to(...start);
      start = [command.x, command.y];
      [x, y] = start;
    } else if (command.type === 'Z') to(...start);
    else if (command.type === 'L') to(command.x, command.y);
    else {
      const [fromX, fromY] = [x, y];
      const cubic = command.type === 'C';
      const { x: endX, y: endY, x1, y1 } = command;
      // A curve with one handle is one with two, each two thirds of the way to it.
      const [ax, ay] = cubic ? [x1, y1] : [fromX + (2 / 3) * (x1 - fromX), fromY + (2 / 3) * (y1 - fromY)];
      const [bx, by] = cubic ? [command.x2, command.y2] : [endX + (2 / 3) * (x1 - endX), endY + (2 / 3) * (y1 - endY)];
      for (let piece = 1; piece <= PIECES; piece++) {
        const t = piece / PIECES;
        const at = (p0: number, p1: number, p2: number, p3: number) =>
          (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t ** 2 * p2 + t ** 3 * p3;
        to(at(fromX, ax, bx, endX), at(fromY, ay, by, endY));
      }
    }
  }
  to(...start);
  return segments;
}
