import type { DetectionDto } from '../../../server/src/protocol/types';
import type { Scene } from '../canvas/scene';
import { confidence, confidenceColor } from '../confidence';
import { describeBriefly, describeDetection } from '../describe';
import { h } from '../dom';
import { t } from '../l10n';
import type { PixelSize } from '../state';

const rowHeight = 22;

/** Text and index of the shown detections, the most doubtful first. */
export const listDetections = (
  scene: Pick<Scene, 'detections' | 'above'>,
  minimum: number,
  nm: PixelSize | null,
): { text: string; index: number }[] =>
  scene.above(minimum).map((index) => ({ index, text: describeBriefly(scene.detections[index]!, nm) }));

/** A list box that builds only the rows in view, so that thousands of detections take as long as twenty. */
export class DetectionList {
  readonly element: HTMLElement;
  private readonly box: HTMLElement;
  private readonly rows: HTMLElement;
  private scene: Scene | null = null;
  private order: readonly number[] = [];
  private nm: PixelSize | null = null;
  /** Position in `order`; -1 for none. */
  private active = -1;

  constructor(private readonly onChoose: (detection: DetectionDto) => void) {
    this.rows = h('div', { class: 'rows' });
    this.box = h(
      'div',
      { id: 'detections', role: 'listbox', tabindex: 0, 'aria-label': t('Detections, the most doubtful first') },
      this.rows,
    );
    this.element = h(
      'section',
      { hidden: true },
      h('h2', {}, t('Detections'), h('span', {}, t('least certain first'))),
      this.box,
    );
    this.box.addEventListener('scroll', () => this.render());
    this.box.addEventListener('keydown', (event) => this.key(event));
    this.box.addEventListener('click', (event) => {
      const row = (event.target as HTMLElement).closest<HTMLElement>('[role=option]');
      if (row) this.choose(Number(row.dataset.position));
    });
    new ResizeObserver(() => this.render()).observe(this.box);
  }

  show(scene: Scene | null, minimum: number, nm: PixelSize | null): void {
    const chosen = this.scene === scene ? this.order[this.active] : undefined;
    this.scene = scene;
    this.nm = nm;
    this.order = scene?.above(minimum) ?? [];
    this.active = chosen === undefined ? -1 : this.order.indexOf(chosen);
    this.element.hidden = this.order.length === 0;
    this.rows.style.height = `${this.order.length * rowHeight}px`;
    this.render();
  }

  /** Selects the next or previous detection, regardless of the focus. */
  step(by: number): void {
    if (this.order.length > 0) this.choose(Math.min(this.order.length - 1, Math.max(0, this.active + by)));
  }

  private key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.box.clientHeight / rowHeight) - 1);
    const moves: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.order.length,
      End: this.order.length,
    };
    const by = moves[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.step(by);
  }

  private choose(position: number): void {
    const index = this.order[position];
    if (!this.scene || index === undefined) return;
    this.active = position;
    const top = position * rowHeight;
    const { scrollTop, clientHeight } = this.box;
    if (top < scrollTop) this.box.scrollTop = top;
    else if (top + rowHeight > scrollTop + clientHeight) this.box.scrollTop = top + rowHeight - clientHeight;
    this.render();
    this.onChoose(this.scene.detections[index]!);
  }

  private render(): void {
    if (!this.scene || this.element.hidden) return this.rows.replaceChildren();
    const first = Math.max(0, Math.floor(this.box.scrollTop / rowHeight) - 2);
    const count = Math.ceil((this.box.clientHeight || 200) / rowHeight) + 4;
    const rows = [];
    for (let position = first; position < Math.min(this.order.length, first + count); position++) {
      const d = this.scene.detections[this.order[position]!]!;
      rows.push(
        h(
          'div',
          {
            id: `detection-${position}`,
            role: 'option',
            'aria-selected': position === this.active ? 'true' : 'false',
            'aria-setsize': this.order.length,
            'aria-posinset': position + 1,
            'data-position': position,
            title: describeDetection(d, this.nm),
            style: `top:${position * rowHeight}px`,
          },
          h('i', { class: 'dot', style: `background:${confidenceColor(confidence(d))}`, 'aria-hidden': 'true' }),
          describeBriefly(d, this.nm),
        ),
      );
    }
    this.rows.replaceChildren(...rows);
    if (this.active >= 0) this.box.setAttribute('aria-activedescendant', `detection-${this.active}`);
    else this.box.removeAttribute('aria-activedescendant');
  }
}
