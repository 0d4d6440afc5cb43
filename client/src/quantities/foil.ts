import * as vscode from 'vscode';

interface Kept {
  readonly thicknessNm: number;
  /** Standard deviation over value. */
  readonly uncertainty: number;
}
const key = 'temGauge.foil';
const usualUncertainty = 0.2;

/** The foil thickness that was typed, kept for the workspace. */
export class Foil {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly memento: vscode.Memento) {}

  get params(): { thicknessNm?: number; thicknessUncertainty?: number } {
    const kept = this.kept;
    return kept ? { thicknessNm: kept.thicknessNm, thicknessUncertainty: kept.uncertainty } : {};
  }

  /** For the title of the view. */
  get words(): string {
    const kept = this.kept;
    return kept
      ? vscode.l10n.t('foil {0} nm ± {1} %', kept.thicknessNm, Math.round(100 * kept.uncertainty))
      : vscode.l10n.t('foil thickness unknown');
  }

  /** Thickness in nm; null while it is unknown. */
  get thicknessNm(): number | null {
    return this.kept?.thicknessNm ?? null;
  }

  /** Keeps a thickness with the last uncertainty; null removes it. */
  async set(thicknessNm: number | null): Promise<void> {
    if (thicknessNm === this.thicknessNm) return;
    const uncertainty = this.kept?.uncertainty ?? usualUncertainty;
    await this.keep(thicknessNm === null ? undefined : { thicknessNm, uncertainty });
  }

  /** Asks for thickness and uncertainty; an empty thickness removes it. */
  async ask(): Promise<void> {
    const kept = this.kept;
    const thickness = await vscode.window.showInputBox({
      title: vscode.l10n.t('Foil thickness in nm (empty for unknown)'),
      value: kept ? String(kept.thicknessNm) : '',
      validateInput: (text) => problem(text, 1e6, true),
    });
    if (thickness === undefined) return;
    if (thickness.trim() === '') return this.keep(undefined);
    const percent = await vscode.window.showInputBox({
      title: vscode.l10n.t('Uncertainty of the thickness in percent (standard deviation)'),
      value: String(Math.round(100 * (kept?.uncertainty ?? usualUncertainty))),
      validateInput: (text) => problem(text, 100, false),
    });
    if (percent === undefined) return;
    await this.keep({ thicknessNm: numberOf(thickness), uncertainty: numberOf(percent) / 100 });
  }

  private get kept(): Kept | undefined {
    return this.memento.get<Kept>(key);
  }

  private async keep(foil: Kept | undefined): Promise<void> {
    await this.memento.update(key, foil);
    this.changed.fire();
  }
}

/** Decimal commas are typed as often as points. */
const numberOf = (text: string): number => Number(text.trim().replace(',', '.'));

function problem(text: string, most: number, mayBeEmpty: boolean): string | undefined {
  if (mayBeEmpty && text.trim() === '') return undefined;
  const value = text.trim() === '' ? NaN : numberOf(text);
  const right = mayBeEmpty ? value > 0 && value <= most : value >= 0 && value <= most;
  return right ? undefined : vscode.l10n.t('A number up to {0} is needed.', most);
}
