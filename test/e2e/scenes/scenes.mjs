// Scenes in their order: [name, play]; `play` prepares what is shown, and returns a sentence where there is nothing to show.
import { pages } from './pages.mjs';
import { preview } from './preview.mjs';
import { views } from './views.mjs';

export const scenes = [...views, ...preview, ...pages];
