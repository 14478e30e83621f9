/** Something a person can put right before Plexica starts. Printed as two lines, never as a stack trace. */
export class LaunchProblem extends Error {
  override readonly name = 'LaunchProblem';

  constructor(
    message: string,
    readonly nextStep: string,
  ) {
    super(message);
  }
}
