/**
 * Markdown from outside that loads nothing when it is shown: images become their text, HTML is shown as text.
 * Headings, tables, lists, code and links (which act only when clicked) stay.
 */
export const plainMarkdown = (text: string): string => text.replace(/</g, '&lt;').replace(/!(?=\[)/g, '\\!');
