import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPorts } from '../../src/readers/ports/open-ports.js';
import { finds, fixture } from './inbox-finds.js';
import { factsOf, readBytes } from './read-bytes.js';

const read = (text: string) => factsOf(readBytes(openPorts, Buffer.from(text)), 'open-ports')[0];

const CRITICAL = ['inbox-direction: warning', 'notify-listener: critical'];

describe('a list of open ports', () => {
  it.each([
    ['show-open-ports-7080-listening.txt', /port 7080 is listened on by jetty on every address/],
    ['show-open-ports-7080-established.txt', /with 1 connected at that moment \(173\.37\.183\.83\)/],
    ['netstat-7080-root.txt', /port 7080 is listened on by a process on every address/],
  ])('%s: Connection Jetty listens', async (name, says) => {
    const found = await finds(`cuc/${name}`);
    expect(found).toMatchObject({ reader: 'open-ports', problems: [], unread: [], healthy: ['notify-listener'] });
    expect(found.healthySays).toMatch(says);
  });

  it('tells a stopped Jetty', async () => {
    const { problems, says } = await finds('cuc/show-open-ports-7080-notlistening.txt');
    expect(problems).toEqual(['inbox-direction: warning', 'notify-listener: critical']);
    expect(says).toMatch(/nothing listens on port 7080 of Unity Connection, so Connection Jetty is stopped/);
  });

  it.each([
    [
      'lsof',
      'COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\njetty 1 jetty 117u IPv6 1 0t0 TCP [::1]:7080 (LISTEN)',
      { command: 'lsof', listening: [{ port: 7080, on: 'loopback', process: 'jetty' }] },
    ],
    [
      'netstat with processes',
      'tcp6 0 0 :::7080 :::* LISTEN 14655/jetty\ntcp 0 0 10.4.3.9:7080 10.4.3.11:5000 ESTABLISHED 14655/jetty',
      { listening: [{ port: 7080, process: 'jetty' }], connected: [{ port: 7080, peers: ['10.4.3.11'] }] },
    ],
    [
      'netstat of Windows',
      '  TCP    0.0.0.0:7080    0.0.0.0:0    LISTENING    4',
      { listening: [{ port: 7080, on: 'any', process: null }] },
    ],
    [
      'ss',
      'State Recv-Q Send-Q Local Peer\nLISTEN 0 50 *:7080 *:* users:(("jetty",pid=1,fd=2))',
      { command: 'ss', listening: [{ port: 7080, on: 'any', process: 'jetty' }] },
    ],
    ['an address of its own', 'tcp 0 0 10.4.3.9:7080 0.0.0.0:* LISTEN', { listening: [{ port: 7080, on: 'one' }] }],
  ])('reads %s', (_, text, seen) => expect(read(text)).toMatchObject(seen));

  it('knows to what a list was narrowed, and whether its end is there', () => {
    expect(read('admin:show open ports regexp 7080\nExecuting.. please wait.\n')).toMatchObject({
      filter: '7080',
      isWhole: false,
    });
    expect(read('[root@cuc ~]# lsof -i :7080\n[root@cuc ~]#\n')).toMatchObject({
      command: 'lsof',
      filter: '7080',
      isWhole: true,
    });
    expect(read('admin:show open ports all\n')).toMatchObject({ filter: null });
  });

  it('claims no absence from a list whose end is missing', async () => {
    const found = await finds('ports.txt', 'admin:show open ports regexp 7080\nExecuting.. please wait.\n');
    expect(found.problems).toEqual([]);
    expect(found.unknown.join()).toMatch(/notify-listener: .*does not show whether anything listens/);
  });

  it('claims no absence from a list of Exchange, whose port 7080 nobody listens on', async () => {
    const list =
      'C:\\>netstat -an\n\n  TCP    0.0.0.0:143    0.0.0.0:0    LISTENING\n  TCP    10.4.3.9:51234    10.1.1.5:7080    ESTABLISHED\n';
    const found = await finds('ports.txt', `${list}\nC:\\>netstat -ano | findstr :7080\n`);
    expect(found.problems).toEqual([]);
    expect(found.unknown.join()).toMatch(/notify-listener: .*does not show whether anything listens/);
  });

  const SHOW = 'admin:show open ports regexp 7080\nExecuting.. please wait.\n';
  const JETTY = 'jetty     14655    jetty  117u  IPv6             117863      0t0  TCP *:7080 (LISTEN)\n';

  it.each<[what: string, text: string, problems: string[], healthy: string[]]>([
    [
      'of two nodes, one without the listener',
      `login as: admin\n${SHOW}${JETTY}admin:exit\n\nlogin as: admin\n${SHOW}admin:\n`,
      ['notify-listener: warning'],
      [],
    ],
    [
      'whose line the window has broken',
      `${SHOW}${JETTY.slice(0, 80)}\n${JETTY.slice(80)}admin:\n`,
      [],
      ['notify-listener'],
    ],
    ['whose line somebody has broken', `${SHOW}${JETTY.slice(0, 71)}\n${JETTY.slice(71)}admin:\n`, [], []],
    ['behind another one', `admin:show open ports regexp 443\n${SHOW}admin:\n`, CRITICAL, []],
    ['before another command', `${SHOW}admin:utils ntp status\nntpd (pid 1) is running\n`, CRITICAL, []],
    ['that is refused', 'admin:show open ports regexp 7080 8443\nInvalid option\nadmin:\n', [], []],
    ['narrowed twice', '[root@cuc ~]# netstat -an | grep 7080 | grep EST\n[root@cuc ~]#\n', [], []],
    ['narrowed by what it is not', '[root@cuc ~]# netstat -ltn | grep -v 7080\n[root@cuc ~]#\n', [], []],
    [
      'with connections that end, and UDP',
      `${SHOW}jetty 1 jetty 9u IPv6 1 0t0 TCP cuc:7080->10.4.3.9:400 (CLOSE_WAIT)\nntpd 1 ntp 9u IPv4 1 0t0 UDP *:17080\nadmin:\n`,
      CRITICAL,
      [],
    ],
  ])('judges a list %s', async (_, text, problems, healthy) =>
    expect(await finds('ports.txt', text)).toMatchObject({ problems, healthy }),
  );

  it('never breaks off and guesses nothing', () => {
    const bytes = fixture('cuc/show-open-ports-7080-established.txt');
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(bytes.length),
        fc.integer({ min: 1, max: 99 }),
        (noise, at, piece) => {
          const told = readBytes(openPorts, Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]), piece);
          expect(factsOf(told, 'open-ports')).toHaveLength(1);
        },
      ),
      { numRuns: 300 },
    );
    expect(read(`${'a '.repeat(2000)}\n${'TCP '.repeat(10)}`)).toMatchObject({ listening: [], connected: [] });
  });
});
