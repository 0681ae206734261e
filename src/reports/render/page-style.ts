/** The look of a report page: one column of text, the first screen in two; prints on A4 without its links' underlines. */
export const PAGE_STYLE = `
:root{--ink:#22262b;--pale:#5b626b;--rule:#d8d4ca;--paper:#fbfaf7}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.5 'Source Sans 3','Source Sans Pro','Segoe UI','Helvetica Neue',Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:24px 24px 64px}
.kicker{margin:0;color:var(--pale);font-size:15px;letter-spacing:.02em}
h1{font:700 34px/1.15 'Source Serif 4',Georgia,'Times New Roman',serif;margin:4px 0 16px;max-width:26em;text-wrap:balance}
nav.ways{border-top:1px solid var(--rule);margin-top:32px;padding-top:12px}nav.ways a{display:inline-block;padding:4px 14px 4px 0}
h2{font:700 21px/1.25 'Source Serif 4',Georgia,serif;margin:0 0 8px}
.first{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,7fr);gap:28px;align-items:start}
.lede{margin:0 0 18px;font-size:18px}
.figures{list-style:none;margin:0;padding:0;display:grid;gap:12px}
.figures li{border-inline-start:3px solid var(--ink);padding-inline-start:12px;line-height:1.25}
.figures a{display:block;font-size:28px;font-weight:700;text-decoration-thickness:1px}
.figures span{color:var(--pale);font-size:15px}
figure{margin:0}
figure svg{display:block;width:100%;height:auto}
figcaption{color:var(--pale);font-size:15px;padding-top:4px}
.legend{margin:16px 0 20px}
.small{display:none}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:20px}
.chart{margin-top:20px}
section{margin-top:36px;break-inside:auto}
.pair,section#method{margin-top:0}
section#method{margin-top:36px;border-top:1px solid var(--rule);padding-top:20px;color:var(--pale);font-size:15px}
a{color:inherit;text-decoration-color:#a9a294;text-underline-offset:2px}
a:hover{text-decoration-color:currentcolor}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:16px}
th,td{text-align:start;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid var(--rule)}
th{font-weight:600;color:var(--pale);font-size:14px}
.n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
tfoot td{font-weight:700;border-bottom:0}
.party{position:absolute;width:.7em;height:.7em;border-radius:2px;margin-inline-start:-1.05em;margin-top:.42em}
td:has(.party){padding-inline-start:1.05em}
.note{color:var(--pale);font-size:15px;margin:8px 0 0;max-width:60em}
p{max-width:46em}
@media(max-width:760px){main{padding:16px 16px 48px}h1{font-size:27px;margin-bottom:12px}.pair{grid-template-columns:minmax(0,1fr)}.first{display:flex;flex-direction:column;gap:14px}.told{display:contents}.figures{order:1;grid-template-columns:repeat(3,1fr);gap:8px}.figures a{font-size:21px}.figures span{font-size:13px}.figures li{padding-inline-start:8px}.big{order:2;width:100%}.lede{order:3;font-size:17px}.wide{display:none}.small{display:block}.chart{overflow-x:auto}.chart svg{min-width:560px}}
@media print{@page{size:A4;margin:14mm}body{background:#fff;font-size:10.5pt}main{max-width:none;padding:0}a{text-decoration:none}h1{font-size:20pt}.lede{font-size:11.5pt}.figures a{font-size:17pt}.pair{grid-template-columns:1fr 1fr;break-inside:avoid}.small{display:none}.wide{display:block}.chart{overflow:visible}.chart svg{min-width:0}.big svg{max-height:125mm}.note,section#method{font-size:9pt}table{font-size:9pt}figure,tr,.figures li{break-inside:avoid}h2{break-after:avoid;font-size:13pt}section{margin-top:16pt}.party{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
