import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { getOnce, schemesIn } from '../../src/wire/http.js';
import { processorMs } from '../support/processor.js';
import { endsServers, serve } from './hostile.js';

endsServers();

describe('the schemes that a server offers', () => {
  it.each([
    ['one a line', ['Negotiate', 'NTLM', 'Basic realm="ex01.contoso.test"'], ['negotiate', 'ntlm', 'basic']],
    ['all in one line', ['Negotiate, NTLM, Basic realm="a, b", charset="UTF-8"'], ['negotiate', 'ntlm', 'basic']],
    ['Exchange Online', ['Bearer client_id="0", trusted_issuers="0@*", token_types="app_asserted"'], ['bearer']],
    ['a token behind it', ['Negotiate TlRMTVNTUAACAAAA=='], ['negotiate']],
    ['blanks before the sign of equality', ['Basic realm="x", charset  = "UTF-8"'], ['basic']],
    ['words within quotes', ['Basic realm="NTLM, Negotiate"'], ['basic']],
    ['nothing', ['', ' , '], []],
  ])('%s', (_, values, schemes) => expect(schemesIn(values)).toEqual(schemes));
});

describe('one GET', () => {
  it('does not stop everything else while a body drips in, a sign at a time', async () => {
    const drops = '1\r\na\r\n'.repeat(262_144);
    const server = await serve(socket =>
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${drops}0\r\n\r\n`)),
    );
    const socket = connect(server.port, '127.0.0.1');
    await new Promise(resolve => socket.once('connect', resolve));
    let last = processorMs();
    let longest = 0;
    const beat = () => {
      longest = Math.max(longest, processorMs() - last);
      last = processorMs();
    };
    const timer = setInterval(beat, 5);
    const answer = await getOnce(socket, {
      authority: 'ex01',
      path: '/',
      mostBytes: 262_144,
      ms: 120_000,
      signal: new AbortController().signal,
    });
    clearInterval(timer);
    beat();
    expect(answer).toMatchObject({ outcome: 'answered', status: 200, body: 'a'.repeat(262_144) });
    expect(longest).toBeLessThan(5000); // Copied anew for each drop it took a minute.
  });
});
