/** Longer texts are not lists of numbers. */
const longest = 10_000;

/**
 * Value of a text that is a Python literal of numbers, texts, booleans, None, lists and tuples (ast.literal_eval);
 * tuples become lists. Any other text comes back as it is.
 */
export function pythonLiteral(text: string): unknown {
  if (text.length > longest || !/^\s*([[(\-+.\d'"]|True|False|None)/.test(text)) return text;
  const tokens = text.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[[\](),]|[^\s[\](),'"]+|['"]/g) ?? [];
  let at = 0;
  const value = (depth: number): unknown => {
    const token = tokens[at++];
    if (token === undefined || depth > 20) throw new SyntaxError('cut short');
    if (token === '[' || token === '(') {
      const close = token === '[' ? ']' : ')';
      const items: unknown[] = [];
      let commas = 0;
      while (tokens[at] !== close) {
        items.push(value(depth + 1));
        if (tokens[at] === ',') [at, commas] = [at + 1, commas + 1];
        else if (tokens[at] !== close) throw new SyntaxError('no comma');
      }
      at++;
      // Parentheses around one value without a comma are not a tuple.
      return token === '(' && items.length === 1 && commas === 0 ? items[0] : items;
    }
    return scalar(token);
  };
  try {
    const first = value(0);
    if (at === tokens.length) return first;
    // "1, 2, 3" without parentheses is a tuple too.
    const items = [first];
    while (at < tokens.length) {
      if (tokens[at++] !== ',') throw new SyntaxError('no comma');
      if (at < tokens.length) items.push(value(0));
    }
    return items;
  } catch {
    return text;
  }
}

function scalar(token: string): unknown {
  if (token === 'True') return true;
  if (token === 'False') return false;
  if (token === 'None') return null;
  if (/^['"]/.test(token) && token.length > 1) return token.slice(1, -1).replace(/\\(['"\\])/g, '$1');
  if (/^[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(token)) return Number(token.replaceAll('_', ''));
  throw new SyntaxError('not a literal');
}
