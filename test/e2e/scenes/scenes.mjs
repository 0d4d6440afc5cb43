// Scenes in their order, as pairs [name, play]; `play` prepares the scene, or returns a sentence if it cannot be shown.
import { pages } from './pages.mjs';
import { preview } from './preview.mjs';
import { views } from './views.mjs';

export const scenes = Object.entries({ ...views, ...preview, ...pages });
