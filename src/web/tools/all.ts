/* The tools that are opened by hand, in one file: loaded after the map. */

export { downloadTool } from './download.js';
export { helpTool } from './help.js';
export { measureTool } from './measure.js';
export { moreSection } from './more.js';
export { preparePrint, printTool } from './print.js';
export { regionTool } from './region.js';
export { searchTool } from './search.js';
export { seriesTool } from './series.js';
export { shareTool } from './share.js';
