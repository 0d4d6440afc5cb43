// Typed lint plus the layer boundaries of ARCHITECTURE.md: per folder, the imports that are not allowed.
import globals from 'globals';
import tseslint from 'typescript-eslint';

const native = [
  { name: 'onnxruntime-node', message: 'Only engine/detector/session.ts imports onnxruntime-node.' },
  { name: 'sharp', message: 'Only engine/image imports sharp.' },
];
const lsp = {
  group: ['vscode-languageserver', 'vscode-languageserver/*'],
  message: 'Only lsp imports the LSP library.',
};
const editor = { name: 'vscode', message: 'Only client and its tests import vscode.' };
const nodeModules = { group: ['node:*', 'fs', 'path', 'os', 'crypto'], message: 'core is pure: no I/O.' };
const folders = (...names) => ({
  group: names.flatMap((n) => [`**/${n}/**`, `**/${n}`]),
  message: 'Crosses a layer boundary (ARCHITECTURE.md).',
});
const boundary = (files, paths, patterns, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { paths, patterns }] },
});

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**', 'coverage/**', 'models/**', 'test/host/**', 'test/fixtures/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', 400],
      'max-params': ['error', 4],
      'no-console': 'error',
    },
  },
  { files: ['server/src/cli/**', 'test/**', 'tools/**'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: globals.node },
    rules: { 'max-lines': ['error', 400], 'max-params': ['error', 4] },
  },
  { files: ['test/**'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
  boundary(
    ['server/src/protocol/**'],
    [editor, ...native],
    [folders('core', 'engine', 'lsp', 'cli', 'client', 'media'), lsp, nodeModules],
  ),
  boundary(
    ['server/src/core/**'],
    [editor, ...native],
    [folders('engine', 'lsp', 'cli', 'client', 'media', 'protocol'), lsp, nodeModules],
  ),
  boundary(
    ['server/src/engine/**'],
    [editor, ...native],
    [folders('lsp', 'cli', 'client', 'media'), lsp],
    ['server/src/engine/detector/session.ts', 'server/src/engine/image/**'],
  ),
  boundary(
    ['server/src/engine/detector/session.ts'],
    [editor, native[1]],
    [folders('lsp', 'cli', 'client', 'media'), lsp],
  ),
  boundary(['server/src/engine/image/**'], [editor, native[0]], [folders('lsp', 'cli', 'client', 'media'), lsp]),
  boundary(['server/src/lsp/**'], [editor, ...native], [folders('cli', 'client', 'media')]),
  boundary(['server/src/cli/**'], [editor, ...native], [folders('lsp', 'client', 'media'), lsp]),
  boundary(['client/**'], native, [
    folders('engine', 'lsp', 'cli'),
    { regex: '/core/(?!text/)', message: 'Of core, the client uses text alone (ARCHITECTURE.md).' },
  ]),
  boundary(
    ['media/**'],
    [editor, ...native],
    [
      folders('engine', 'lsp', 'cli', 'client'),
      {
        regex: '/core/(?!geometry/scaleBar$|text/)',
        message: 'Of core, the preview uses the scale bar and text alone (ARCHITECTURE.md).',
      },
      lsp,
      nodeModules,
    ],
  ),
);
