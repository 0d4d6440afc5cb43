let bundle: Readonly<Record<string, string>> = {};

/** Texts of the editor's display language by their English text; the host writes them into the page. */
export function loadTexts(json: string | undefined): void {
  bundle = json ? (JSON.parse(json) as Record<string, string>) : {};
}

/** The text in the display language, with {0}, {1} … replaced; English if the bundle does not contain it. */
export const t = (text: string, ...values: readonly (string | number)[]): string =>
  (bundle[text] ?? text).replace(/\{(\d+)\}/g, (_, i: string) => String(values[Number(i)] ?? ''));
