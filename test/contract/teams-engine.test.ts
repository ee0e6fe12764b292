import { loadEngine } from '../../src/chat/teams/engines.js';
import { teamsEngineContract } from './teams-engine.js';

teamsEngineContract('botbuilder', deps => loadEngine('botbuilder', deps));
teamsEngineContract('agents-hosting', deps => loadEngine('agents', deps));
