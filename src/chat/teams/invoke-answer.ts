import type { InvokeAnswer } from './engine.js';
import { CARD } from './shown.js';

/** What a click is answered with: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/up-to-date-views */
export const answerWords = (words: string): InvokeAnswer => ({
  status: 200,
  body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: words },
});

export const answerCard = (card: unknown): InvokeAnswer => ({
  status: 200,
  body: { statusCode: 200, type: CARD, value: card },
});

/** An invoke that we do not know. */
export const NOT_IMPLEMENTED: InvokeAnswer = { status: 501 };
