/**
 * Markdown from outside that loads nothing when it is displayed: images become their text, HTML is displayed as text.
 * Headings, tables, lists, code and links (which act only when clicked) stay.
 */
export const plainMarkdown = (text: string): string => text.replace(/</g, '&lt;').replace(/!(?=\[)/g, '\\!');
