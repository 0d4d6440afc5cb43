import type { ExperimentResult } from './result';
import { short } from './writeCsv';
import type { ResultTable } from '../../core/experiment/rows';

export interface ReportInput {
  readonly title: string;
  /** Sentences about the rows. */
  readonly notes: readonly string[];
  readonly results: readonly ExperimentResult[];
  /** SVG by the figure's name. */
  readonly drawings: ReadonlyMap<string, string>;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string) => text.replace(/[&<>"']/g, (c) => escapes[c]!);

/** One HTML file without any reference to another: text, figures and tables of all experiments. */
export function experimentReport({ title, notes, results, drawings }: ReportInput): string {
  const sections = results.map((r, i) => section(r, i + 1, drawings)).join('\n');
  const contents = results.map((r, i) => `<li><a href="#${r.id}">${i + 1} ${escape(r.title)}</a></li>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(title)}</title><style>${style}</style></head><body>
<h1>${escape(title)}</h1>
<p>Experiments after N. Li and others, Digital Discovery 4 (2025) 987, doi 10.1039/D4DD00351A. What the paper states is beside each result, and drawn where it prints numbers; its figures themselves are not copied.</p>
${notes.map((n) => `<p class="note">${escape(n)}</p>`).join('\n')}
<nav><ol>${contents}</ol></nav>
${sections}
</body></html>
`;
}

function section(r: ExperimentResult, index: number, drawings: ReadonlyMap<string, string>): string {
  const figures = r.figures
    .map(
      (f) =>
        `<figure id="${f.name}">${drawings.get(f.name) ?? ''}<figcaption><b>${escape(f.title)}.</b> ${escape(f.caption)}</figcaption></figure>`,
    )
    .join('\n');
  const paper = r.paper === null ? '' : `<aside><b>In the paper</b> ${escape(r.paper)}</aside>`;
  return `<section id="${r.id}"><h2>${index} ${escape(r.title)}</h2>
${r.text.map((t) => `<p>${escape(t)}</p>`).join('\n')}
<div class="beside"><div>${figures}</div>${paper}</div>
${r.tables.map(table).join('\n')}
</section>`;
}

/** Longer tables are folded. */
const foldFrom = 25;

function table({ title, columns, rows }: ResultTable): string {
  const cell = (v: string | number | null) =>
    `<td${typeof v === 'number' || v === null ? ' class="number"' : ''}>${escape(short(v))}</td>`;
  const body = `<div class="wide"><table><thead><tr>${columns.map((c) => `<th>${escape(c)}</th>`).join('')}</tr></thead><tbody>
${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}
</tbody></table></div>`;
  return `<details${rows.length <= foldFrom ? ' open' : ''}><summary>${escape(title)}</summary>${body}</details>`;
}

const style = `
:root{--page:#fff;--text:#1b1b1b;--quiet:#595959;--line:#d0d0d0;--aside:#f3f5f8}
@media (prefers-color-scheme:dark){:root{--page:#1e1e1e;--text:#e6e6e6;--quiet:#a8a8a8;--line:#444;--aside:#272b30}}
@media print{:root{--page:#fff;--text:#000;--quiet:#444;--line:#999;--aside:#fff}section{break-inside:auto}figure{break-inside:avoid}}
body{max-width:1080px;margin:2rem auto;padding:0 1rem;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.7rem}h2{font-size:1.25rem;margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}
.note,figcaption{color:var(--quiet);font-size:.9rem}
figure{margin:1rem 0;overflow-x:auto}figure svg{max-width:100%;height:auto;background:transparent!important;color:var(--text)!important}
.beside{display:grid;grid-template-columns:minmax(0,1fr) 240px;gap:1.5rem;align-items:start}
@media (max-width:800px){.beside{grid-template-columns:1fr}}
aside{background:var(--aside);border:1px solid var(--line);padding:.7rem .9rem;font-size:.9rem}aside b{display:block}
table{border-collapse:collapse;font-size:.85rem}th,td{padding:.2rem .6rem;border-bottom:1px solid var(--line);text-align:left}
.number{text-align:right;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}summary{cursor:pointer;margin:.8rem 0 .3rem;font-weight:600}
nav ol{list-style:none;padding:0;columns:2}a{color:inherit}`;
