import { describe, expect, it } from 'vitest';
import { NotInThisVersionError } from '../../src/domain/errors.js';
import type { ExchangeVersion } from '../../src/domain/target.js';
import { catalogue, faultOf } from '../../src/ems/catalogue.js';
import { BadParameterError } from '../../src/ems/cmdlet.js';
import {
  getImapSettings,
  getServerComponentState,
  getThrottlingPolicyAssociation,
  newReceiveConnector,
  setCasMailbox,
  setImapSettings,
  setReceiveConnector,
  setThrottlingPolicy,
} from '../../src/ems/exchange-cmdlets.js';

const versions: readonly ExchangeVersion[] = [
  '2010-rtm',
  '2010-sp1',
  '2010-sp2',
  '2010-sp3',
  '2013',
  '2016',
  '2019',
  'se',
  'online',
];
const having = (make: (version: ExchangeVersion) => unknown) =>
  versions.filter(version => {
    try {
      make(version);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(NotInThisVersionError);
      return false;
    }
  });

describe('the catalogue', () => {
  it('knows which versions have what', () => {
    const onPremises = versions.filter(version => version !== 'online');
    expect(having(version => setImapSettings(version, { Server: 'EX01', MaxConnectionsPerUser: 68 }))).toEqual(
      onPremises,
    );
    expect(having(version => setCasMailbox(version, { Identity: 'x', ImapEnabled: true }))).toEqual([...versions]);
    expect(having(version => setThrottlingPolicy(version, { IMAPPercentTimeInAD: null }))).toEqual([
      '2010-rtm',
      '2010-sp1',
      '2010-sp2',
      '2010-sp3',
    ]);
    expect(having(version => setThrottlingPolicy(version, { CPAMaxConcurrency: null }))).toEqual([
      '2010-sp1',
      '2010-sp2',
      '2010-sp3',
    ]);
    expect(having(version => setThrottlingPolicy(version, { ImapCutoffBalance: 'Unlimited' }))).toEqual([
      '2013',
      '2016',
      '2019',
      'se',
    ]);
    expect(having(version => newReceiveConnector(version, { TransportRole: 'FrontendTransport' }))).toEqual([
      '2013',
      '2016',
      '2019',
      'se',
    ]);
    expect(having(version => getServerComponentState(version, { Identity: 'EX01' }))).toEqual([
      '2013',
      '2016',
      '2019',
      'se',
    ]);
    expect(having(version => getThrottlingPolicyAssociation(version, {}))).toEqual(onPremises.slice(1));
  });

  it('keeps numbers in the range of the version', () => {
    expect(() => setImapSettings('2010-sp3', { MaxConnectionsPerUser: 25_001 })).toThrow(
      'Set-ImapSettings -MaxConnectionsPerUser: expected 1 to 25000',
    );
    expect(() => setImapSettings('2016', { MaxConnectionsPerUser: 25_001 })).not.toThrow();
    expect(() => setImapSettings('2016', { MaxConnectionsPerUser: 0 })).toThrow(BadParameterError);
    expect(() => setImapSettings('2016', { MaxConnectionsPerUser: 1.5 })).toThrow(BadParameterError);
    expect(() => setReceiveConnector('2016', { MaxInboundConnectionPercentagePerSource: 101 })).toThrow(
      BadParameterError,
    );
    expect(() => setReceiveConnector('2016', { MaxInboundConnectionPerSource: 10_001 })).toThrow(BadParameterError);
    expect(() => setThrottlingPolicy('2010-rtm', { IMAPMaxConcurrency: 101 })).toThrow(BadParameterError);
    expect(() => setThrottlingPolicy('2010-sp1', { IMAPMaxConcurrency: 101 })).not.toThrow();
  });

  it('does not compile with a misspelt parameter', () => {
    // @ts-expect-error «Connections»: Microsoft's own pages misspell it, the parameter has no s
    expect(() => setReceiveConnector('2016', { MaxInboundConnections: 5 })).toThrow(BadParameterError);
    // @ts-expect-error a word where a number belongs
    expect(() => setImapSettings('2016', { MaxConnectionsPerUser: 'many' })).toThrow();
    // @ts-expect-error no limit is a word from 2013 on, $null would inherit
    expect(() => setThrottlingPolicy('2016', { ImapMaxBurst: null })).toThrow();
    // @ts-expect-error an unknown version
    expect(() => getImapSettings('2007', {})).toThrow(NotInThisVersionError);
  });

  it('names a source for everything', () => {
    expect(catalogue.size).toBeGreaterThan(30);
    for (const card of catalogue.values()) expect(card.source).toMatch(/^https:\/\/learn\.microsoft\.com\//);
  });

  it('finds what is wrong with a command that came as data', () => {
    const command = setImapSettings('2016', { MaxConnectionsPerUser: 30_000 });
    expect(faultOf(command, '2016')).toBeNull();
    expect(faultOf(command, '2010-sp3')).toBe('Set-ImapSettings -MaxConnectionsPerUser: expected 1 to 25000');
    expect(faultOf(command, 'online')).toBe('Set-ImapSettings does not exist in Exchange online');
  });
});
