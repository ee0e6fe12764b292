import { UccxDoctorError } from '../domain/errors.js';

/** The lab itself cannot stand as asked: no such scenario, a port that will not fill, an agent that cannot log in. */
export class LabError extends UccxDoctorError {}
