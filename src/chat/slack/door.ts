import { HTTPReceiver } from '@slack/bolt';
import type { Clock } from '../../domain/clock.js';
import { type Door, MAX_BODY_BYTES } from '../http.js';
import type { Log } from '../log.js';
import { boltLogger } from './client.js';
import { signatureFault } from './signature.js';

/** The HTTP entrance: our check of the signature in front of Bolt's own. Whoever fails gets 401 and learns nothing more. */
export const httpDoor = (deps: {
  path: string;
  signingSecret: string;
  clock: Clock;
  log: Log;
}): { open: Door; receiver: HTTPReceiver } => {
  const receiver = new HTTPReceiver({
    signingSecret: deps.signingSecret,
    endpoints: deps.path,
    bodyLimit: MAX_BODY_BYTES,
    logger: boltLogger(deps.log),
  });
  return {
    receiver,
    open: (request, response, body) => {
      const fault = signatureFault(request, body, deps.signingSecret, deps.clock.now());
      if (fault === null) return receiver.requestListener(Object.assign(request, { rawBody: body }), response);
      deps.log.warn(
        { from: request.socket.remoteAddress, fault },
        'a request that does not come from Slack was refused',
      );
      response.writeHead(401);
      response.end();
    },
  };
};
