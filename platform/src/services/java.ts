import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LaunchProblem } from '../launch/launch-problem.ts';
import { findTool, type Tool } from './tool.ts';

const oldest = 17;
const jdk: Tool = { program: 'java', for: 'Keycloak and Kafka', get: 'apt-get install openjdk-17-jre-headless' };

/** The Java of `JAVA_HOME` or the path; new enough. */
export const findJava = async (): Promise<string> => {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin/java') : await findTool(jdk);
  const { stderr } = await promisify(execFile)(java, ['-version']);
  const major = Number(/version "(\d+)/.exec(stderr)?.[1]);
  if (!(major >= oldest))
    throw new LaunchProblem(`Java ${oldest} or newer is needed for ${jdk.for}; ${java} is ${major}.`, `Get it with: ${jdk.get}`);
  return java;
};
