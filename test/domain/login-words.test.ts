import { describe, expect, it } from 'vitest';
import { blamesCredentials, countsFailedLogins, isPlainNotNow } from '../../src/domain/login-words.js';

describe('words of failed logins', () => {
  it.each([
    'Too many failed login attempts',
    'Too many invalid logins from your IP, blocked for 10 minutes',
    'Too many login failures',
    '4.7.0 Too many login attempts, please try again later.',
    'Authentication failed, your account is locked out for 5 minutes because of too many failed login attempts',
    'Access denied. Invalid login attempt limit reached',
    'authentication failed, maximum login attempts 5',
    'Invalid user name or password, too many attempts',
    'Connection refused; too many failed logins from your address',
    'Temporarily blocked: repeated login failures',
    'Login failed: password incorrect, temporary block after 5 tries',
    '5.7.0 (#AUTH005) Too many bad auth attempts.',
    'Connection is closed. 14',
    'Number of failed logins exceeded',
  ])('counted: %s', words => expect(countsFailedLogins(words)).toBe(true));

  it.each([
    'Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)',
    'Too many simultaneous connections. (Failure)',
    'Too many connections from your IP address, login failed',
    '5.7.8 Error: authentication failed: too many connections',
    '4.7.0 Temporary authentication failure',
    '5.7.3 Authentication unsuccessful',
    'Maximum number of concurrent logins reached',
    'Login rate exceeded',
    'AUTHENTICATE failed.',
    'Connection is closed. 13',
    null,
  ])('not counted: %s', words => expect(countsFailedLogins(words)).toBe(false));

  it.each([
    'Incorrect username or password. Try again.',
    'Invalid credentials. Please try again.',
    'Invalid login or password (server error)',
    'Bad username or password, please try again later',
    'Login failed: password incorrect',
    '5.7.8 Username and Password not accepted.',
    'Incorrect authentication data',
    'Login failed: user not found',
  ])('blamed: %s', words => expect(blamesCredentials(words)).toBe(true));

  it.each([
    'LOGIN failed.',
    'AUTHENTICATE failed.',
    'authentication error',
    'Unrecognized authentication type',
    'Command received in Invalid state.',
    'account maintenance mode',
  ])('no reason named: %s', words => expect(blamesCredentials(words)).toBe(false));

  it.each([
    '4.7.0 Temporary authentication failure',
    '4.7.0 Temporary authentication failure: Connection lost to authentication server',
    '[UNAVAILABLE] Internal authentication failure. Refer to server log for more information.',
    '4.3.2 Service not available, closing transmission channel',
    '4.7.1 Greylisting in action, please come back later',
    '4.4.2 Connection dropped due to SocketError',
    '4.7.0 Too many connections',
    null,
  ])('plainly not now: %s', words => expect(isPlainNotNow(words)).toBe(true));

  it.each([
    '4.7.0 Too many login attempts, please try again later.',
    '4.7.0 Authentication failed, closing',
    '4.7.1 Your address is temporarily blocked',
    '[UNAVAILABLE] AUTHENTICATE failed.',
    '4.7.0 Invalid credentials, try later',
    '4.7.0 account locked',
  ])('more than not now: %s', words => expect(isPlainNotNow(words)).toBe(false));
});
