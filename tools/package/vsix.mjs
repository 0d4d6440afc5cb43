// Writes an extension file: a zip with the extension, a manifest for the Marketplace and the content types (Open Packaging Conventions).
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';

const escape = (text) =>
  String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

/** extension.vsixmanifest, with the fields that vsce writes. */
function vsixManifest(manifest, texts, target) {
  const text = (value = '') => escape(value.replace(/^%(.+)%$/, (_, key) => texts[key] ?? key));
  const property = (id, value) => `\n      <Property Id="Microsoft.VisualStudio.${id}" Value="${escape(value)}" />`;
  const asset = (type, file) => `\n    <Asset Type="${type}" Path="extension/${file}" Addressable="true" />`;
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011" xmlns:d="http://schemas.microsoft.com/developer/vsx-schema-design/2011">
  <Metadata>
    <Identity Language="en-US" Id="${escape(manifest.name)}" Version="${escape(manifest.version)}" Publisher="${escape(manifest.publisher)}" TargetPlatform="${target}" />
    <DisplayName>${text(manifest.displayName)}</DisplayName>
    <Description xml:space="preserve">${text(manifest.description)}</Description>
    <Tags>${escape((manifest.keywords ?? []).join(','))}</Tags>
    <Categories>${escape((manifest.categories ?? []).join(','))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>${property('Code.Engine', manifest.engines.vscode)}${property('Code.ExtensionDependencies', '')}${property('Code.ExtensionPack', '')}${property('Code.ExtensionKind', (manifest.extensionKind ?? []).join(','))}${property('Code.LocalizedLanguages', '')}${property('Services.GitHubFlavoredMarkdown', 'true')}
    </Properties>
    <License>extension/LICENSE</License>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>${asset('Microsoft.VisualStudio.Code.Manifest', 'package.json')}${asset('Microsoft.VisualStudio.Services.Content.Details', 'README.md')}${asset('Microsoft.VisualStudio.Services.Content.Changelog', 'CHANGELOG.md')}${asset('Microsoft.VisualStudio.Services.Content.License', 'LICENSE')}
  </Assets>
</PackageManifest>
`;
}

/** A content type for every file-name extension; files without one are named singly. */
function contentTypes(names) {
  const known = { json: 'application/json', js: 'application/javascript', md: 'text/markdown', png: 'image/png' };
  const extensions = [...new Set(names.map((n) => path.extname(n)).filter(Boolean))].sort();
  const defaults = [...extensions, '.vsixmanifest'].map(
    (e) =>
      `<Default Extension="${escape(e)}" ContentType="${known[e.slice(1)] ?? (e === '.vsixmanifest' ? 'text/xml' : 'application/octet-stream')}" />`,
  );
  const overrides = names
    .filter((n) => !path.extname(n))
    .map((n) => `<Override PartName="/extension/${escape(n)}" ContentType="text/plain" />`);
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${[...defaults, ...overrides].join('')}</Types>
`;
}

/**
 * @param output file to write
 * @param files path inside the extension → file on disk
 * @param contents path inside the extension → text that replaces or adds a file
 */
export async function writeVsix(output, { files, contents, manifest, texts, target }) {
  const zip = new yazl.ZipFile();
  // Equal inputs give equal bytes.
  const options = { mtime: new Date(Date.UTC(2026, 0, 1)), mode: 0o100644, compressionLevel: 9 };
  const names = [...new Set([...files.keys(), ...Object.keys(contents)])];
  const text = (name, value) => zip.addBuffer(Buffer.from(value), name, options);
  text('extension.vsixmanifest', vsixManifest(manifest, texts, target));
  text('[Content_Types].xml', contentTypes(names));
  for (const name of names)
    if (name in contents) text(`extension/${name}`, contents[name]);
    else zip.addFile(files.get(name), `extension/${name}`, options);
  zip.end();
  fs.mkdirSync(path.dirname(output), { recursive: true });
  const making = `${output}.${process.pid}`;
  await pipeline(zip.outputStream, fs.createWriteStream(making));
  fs.renameSync(making, output);
}
