import type { ServerResponse } from 'node:http';
import type { CloudAdapter, Request, WebResponse } from '@microsoft/agents-hosting';
import type { Hear, InvokeAnswer } from '../engine.js';
import type { Deliver } from '../front.js';

/** What the library has to know of an activity to run its turn. The rest is ours to read, and its schema may refuse what Teams adds tomorrow. */
const envelope = ({ type, id, name, channelId, serviceUrl, conversation }: Record<string, unknown>) => ({
  type,
  id,
  channelId,
  serviceUrl,
  conversation: { id: (conversation as { id: string }).id },
  recipient: { id: 'bot' }, // an answer to an invoke wants one, though it goes to nobody but the caller
  ...(typeof name === 'string' && name !== '' ? { name } : {}),
});

/** Runs each activity as a turn of the library's adapter, which answers the request: an invoke with what was heard back, all else with 200. */
export const deliverer = ({ CloudAdapter: Adapter, Activity }: Library, hear: Hear): Deliver => {
  const adapter: CloudAdapter = new Adapter({});
  // Its own handler tells the people in the conversation to mend our source code.
  adapter.onTurnError = async (_, error) => {
    throw error;
  };
  return async (activity, request, response) => {
    // Without an audience the library asks for no token here: nothing is sent within a turn.
    const incoming: Request = { method: 'POST', headers: request.headers, body: envelope(activity), user: {} };
    let answer: InvokeAnswer | null = null;
    const statusOf = (given: number) => answer?.status ?? given;
    await adapter.process(incoming, webResponse(response, statusOf), async turn => {
      answer = await hear(activity);
      if (activity.type !== 'invoke') return;
      const value = answer ?? { status: 200 };
      await turn.sendActivity(Activity.fromObject({ type: 'invokeResponse', value }));
    });
  };
};

export type Library = Pick<typeof import('@microsoft/agents-hosting'), 'CloudAdapter'> &
  Pick<typeof import('@microsoft/agents-activity'), 'Activity'>;

/**
 * The answer as the library writes it (Express has it so), onto the bare one of Node. The library answers 200 to whatever is no invoke;
 * `statusOf` has the last word, so that a message that was not taken is not called taken.
 */
const webResponse = (response: ServerResponse, statusOf: (given: number) => number): WebResponse => {
  const web: WebResponse = {
    status: code => {
      response.statusCode = statusOf(code);
      return web;
    },
    setHeader: (name, value) => {
      response.setHeader(name, value);
      return web;
    },
    send: body => {
      if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
      return web;
    },
    end: () => {
      response.end();
      return web;
    },
    get headersSent() {
      return response.headersSent;
    },
    get writableEnded() {
      return response.writableEnded;
    },
  };
  return web;
};
