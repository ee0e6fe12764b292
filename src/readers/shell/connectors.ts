import type { ReadObject } from './cmdlets.js';
import { fact } from './fact.js';
import { askedFor, type ShellObject, textOf } from './object.js';
import { serverOf } from './servers.js';
import { doubtIn, sureText } from './sure.js';
import { amountIn, countIn, listIn } from './values.js';

/** `Get-ReceiveConnector`. A send connector has none of these limits. */
export const connectors: ReadObject = (object, unread) => {
  const limit = object.properties.get('maxinboundconnectionpersource');
  const rate = object.properties.has('remoteipranges') ? object.properties.get('messageratelimit') : undefined;
  const first = limit ?? rate;
  if (!first) return [];
  const connector = nameOf(object);
  if (connector === '') {
    unread(first.line, 'limits of a connector that is not named; add Identity to what is listed');
    return [];
  }
  const amount = (name: string) => {
    const text = sureText(object, name, unread);
    const value = amountIn(text);
    if (text && value === null)
      unread(object.properties.get(name)?.line ?? first.line, `${name}: «${text}» is no number`);
    return value;
  };
  const ports = (listIn(textOf(object, 'bindings')) ?? []).flatMap(binding => {
    const port = /:(\d{1,5})$/.exec(binding)?.[1];
    return port ? [Number(port)] : [];
  });
  const body = {
    connector,
    connections: amount('maxinboundconnection'),
    connectionsPerSource: amount('maxinboundconnectionpersource'),
    connectionsPercentPerSource: countIn(sureText(object, 'maxinboundconnectionpercentagepersource', unread)),
    messagesPerMinute: amount('messageratelimit'),
    ...(ports.length > 0 ? { ports: [...new Set(ports)].slice(0, 20) } : {}),
    ...rateSource(textOf(object, 'messageratesource')),
  };
  return [
    fact('connector-limits', body, {
      line: first.line,
      server: connector.includes('\\') ? (connector.split('\\', 1)[0] as string) : serverOf(object),
      doubt: doubtIn(object, object.properties.has('identity') ? 'identity' : 'name'),
    }),
  ];
};

/** With its server where that was printed or typed; what was typed must not be another one. */
const nameOf = (object: ShellObject): string => {
  const [identity, name = ''] = [textOf(object, 'identity'), textOf(object, 'name')];
  const asked = askedFor(object, 'connector') ?? '';
  const isIt = name === '' || asked.toLowerCase().endsWith(`\\${name.toLowerCase()}`);
  return identity || (isIt && asked) || name;
};

const rateSource = (text: string | undefined) => {
  const word = (['none', 'ip-address', 'user', 'all'] as const).find(
    each => each.replace('-', '') === text?.toLowerCase(),
  );
  return word ? { rateSource: word } : {};
};
