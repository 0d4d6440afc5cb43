const light =
  '--bg:#fff;--fg:#1b1f24;--dim:#57606a;--line:#d8dee4;--fill:#eef2f6;--reliable:#1a7f37;--review:#9a6700;--unreliable:#cf222e;--unknown:#57606a;--size:#0969da';
const dark =
  '--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;--line:#30363d;--fill:#161b22;--reliable:#3fb950;--review:#d29922;--unreliable:#f85149;--unknown:#9198a1;--size:#58a6ff';
const darkContrast =
  '--bg:#000;--fg:#fff;--dim:#fff;--line:#fff;--fill:#000;--reliable:#5fe37f;--review:#ffd24d;--unreliable:#ff9c96;--unknown:#d0d7de;--size:#7cc0ff';
const lightContrast =
  '--bg:#fff;--fg:#000;--dim:#000;--line:#000;--fill:#fff;--reliable:#00551c;--review:#5c3a00;--unreliable:#8f0010;--unknown:#24292f;--size:#003e8a';
/** Without differences of the ground, areas and pressed buttons need lines. */
const outlines = (where: string) =>
  `${where}.track,${where}.bar-levels,${where}.pic.none{outline:1px solid var(--line)}${where}.track i,${where}.intervals line,${where}.size{opacity:1}${where}.tools button[aria-pressed=true]{outline:2px solid var(--fg)}`;

/**
 * The page's style: light, dark and high contrast (inside the editor as its theme, which marks the body), forced colours of the
 * system, narrow screens, print. Colours have a contrast of at least 4.5 with their ground, in high contrast of at least 7.
 */
export const style = `
:root{color-scheme:light dark;${light}}
@media(prefers-color-scheme:dark){:root{${dark}}}
body.vscode-light{color-scheme:light;${light}}
body.vscode-dark{color-scheme:dark;${dark}}
@media(prefers-contrast:more){:root{${lightContrast}}}
@media(prefers-contrast:more) and (prefers-color-scheme:dark){:root{${darkContrast}}}
body.vscode-high-contrast{color-scheme:dark;${darkContrast}}body.vscode-high-contrast-light{color-scheme:light;${lightContrast}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1160px;padding:24px 28px;font:14px/1.45 system-ui,sans-serif;background:var(--bg);color:var(--fg)}
header{display:flex;gap:4px 24px;justify-content:space-between;align-items:baseline;flex-wrap:wrap}
header .wide{flex-basis:100%}
h1{font-size:22px;margin:0;overflow-wrap:anywhere}h2{font-size:16px;margin:28px 0 8px}
.dim{color:var(--dim);overflow-wrap:anywhere}.big{font-size:30px;font-weight:700;line-height:1.15;margin:0}
.verdict{display:grid;grid-template-columns:1fr 1fr;gap:16px 28px;margin-top:14px;align-items:center}
.bar-levels{display:flex;height:14px;border-radius:7px;overflow:hidden;margin:10px 0 6px}.bar-levels i{display:block}
.chart{width:100%;height:auto}.chart text{font-size:11px;fill:var(--dim)}.axis{stroke:var(--dim)}.limit{stroke:var(--dim);stroke-dasharray:3 3}
.chart rect.reliable,.bar-levels .reliable{fill:var(--reliable);background:var(--reliable)}.chart rect.review,.bar-levels .review{fill:var(--review);background:var(--review)}
.chart rect.unreliable,.bar-levels .unreliable{fill:var(--unreliable);background:var(--unreliable)}.chart rect.unknown,.bar-levels .unknown{fill:var(--unknown);background:var(--unknown)}
.intervals line{stroke-width:1.5;opacity:.65}.intervals .reliable{stroke:var(--reliable)}.intervals .review{stroke:var(--review)}.intervals .unreliable{stroke:var(--unreliable)}.intervals .unknown{stroke:var(--unknown)}.intervals circle{fill:var(--fg)}
.size{fill:var(--size);opacity:.7}.cumulative{fill:none;stroke:var(--fg);stroke-width:1.5}
.level{font-weight:600;white-space:nowrap}.level.reliable{color:var(--reliable)}.level.review{color:var(--review)}.level.unreliable{color:var(--unreliable)}.level.unknown{color:var(--unknown)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th{text-align:left}thead th{color:var(--dim);font-size:12px;font-weight:600;border-bottom:1px solid var(--line);padding:5px 8px}
tbody th,td{border-bottom:1px solid var(--line);padding:6px 8px;vertical-align:top;font-weight:400}
.tools{display:flex;gap:8px;flex-wrap:wrap;margin:10px 0}.tools button,.tools input{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--dim);border-radius:14px;padding:3px 11px}.tools button[aria-pressed=true]{background:var(--fill);font-weight:600}
.tools :focus-visible,a:focus-visible{outline:2px solid var(--size);outline-offset:2px}
a{color:var(--size)}
.images{list-style:none;margin:0;padding:0}.images li{display:grid;grid-template-columns:100px minmax(150px,1.4fr) 150px 124px minmax(240px,3.4fr);gap:4px 14px;align-items:center;border-top:1px solid var(--line);padding:8px 0;content-visibility:auto;contain-intrinsic-size:auto 116px;font-variant-numeric:tabular-nums}
.images li[hidden]{display:none}.name{overflow-wrap:anywhere}.images .dim,.numbers,.todo{font-size:13px;line-height:1.35}.f1{font-size:19px}
.pic{position:relative;width:100px}.pic img{display:block;width:100%;height:auto;border-radius:4px}.pic svg{position:absolute;inset:0;width:100%;height:100%;fill:none}.pic.none{color:var(--dim);background:var(--fill);border-radius:4px;padding:8px;text-align:center;font-size:13px}
.pic .high{stroke:#f0e442}.pic .middle{stroke:#e69f00}.pic .low{stroke:#cc79a7}.pic .bar rect{fill:#fff;stroke:#000}.pic .bar text{fill:#fff;stroke:#000;paint-order:stroke;text-anchor:end;font-family:system-ui,sans-serif}
.track{position:relative;height:8px;background:var(--fill);border-radius:4px;margin:5px 0 3px}.track i{position:absolute;top:0;bottom:0;border-radius:4px;opacity:.55}.track u{position:absolute;top:-3px;bottom:-3px;width:3px;margin-left:-1px;border-radius:2px;background:var(--fg)}
.track .reliable{background:var(--reliable)}.track .review{background:var(--review)}.track .unreliable{background:var(--unreliable)}.track .unknown{background:var(--unknown)}
.made{columns:2;column-gap:32px;font-size:12.5px;color:var(--dim)}.made p,.made ul{margin:0 0 8px;break-inside:avoid;overflow-wrap:anywhere}
${outlines('.vscode-high-contrast ')}${outlines('.vscode-high-contrast-light ')}@media(prefers-contrast:more){${outlines('')}}
@media(forced-colors:active){:root{--bg:Canvas;--fg:CanvasText;--dim:CanvasText;--line:CanvasText;--fill:Canvas;--size:LinkText}.bar-levels,.track,.chart,.pic{forced-color-adjust:none}}
@media(max-width:820px){body{padding:16px}.verdict{grid-template-columns:1fr}.big{font-size:24px}.made{columns:1}.images li{grid-template-columns:96px 1fr}.images .pic{width:96px;grid-row:span 4}}
@media print{:root{color-scheme:light;--bg:#fff;--fg:#000;--dim:#444;--line:#bbb;--fill:#eee;--reliable:#1a7f37;--review:#9a6700;--unreliable:#cf222e;--unknown:#57606a;--size:#0969da}body{max-width:none;padding:0}.tools{display:none}.images li,.verdict,tr{break-inside:avoid;content-visibility:visible}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
