/**
 * We are wrong: a bug, a bad configuration, bad input. What the world does to us is evidence and is never thrown.
 * `facts` go to the log with the message; neither may hold a secret.
 */
export class UccxDoctorError extends Error {
  readonly facts: Readonly<Record<string, unknown>>;
  constructor(message: string, facts: Readonly<Record<string, unknown>> = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.facts = facts;
  }
}

/** The configuration, or a part of it that was named, cannot be used. */
export class ConfigError extends UccxDoctorError {}

/** What a person typed cannot be understood; the message is the sentence that they read. */
export class UsageError extends UccxDoctorError {}

/** The shared store (Redis) cannot be had; nothing that somebody asked for was changed. */
export class StoreDownError extends UccxDoctorError {}

/** The shared store was told what somebody asked for, and did not answer: nobody knows whether it did so. */
export class StoreSilentError extends StoreDownError {}

/** A step or command that the named Exchange version does not have was asked for. */
export class NotInThisVersionError extends UccxDoctorError {}
