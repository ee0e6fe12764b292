import type { TeamsConfig } from './config.js';
import type { TeamsEngine } from './engine.js';
import type { EngineDeps } from './engine-deps.js';

/** Loads the configured library, and only that one, when it is first needed: each weighs tens of megabytes. */
export const loadEngine = async (name: TeamsConfig['engine'], deps: EngineDeps): Promise<TeamsEngine> => {
  switch (name) {
    case 'botbuilder':
      return (await import('./botbuilder/engine.js')).botbuilderEngine(deps);
    case 'agents':
      return (await import('./agents/engine.js')).agentsEngine(deps);
  }
};
