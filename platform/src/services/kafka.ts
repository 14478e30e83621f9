import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { LaunchProblem } from '../launch/launch-problem.ts';
import { verify } from './checksum.ts';
import { findJava } from './java.ts';
import { kafkaJars } from './kafka-jars.ts';
import { portOf, type Service } from './service.ts';
import { execute, maven, runTool } from './tool.ts';

const version = '4.2.0';
const clusterId = 'cGxleGljYS1zZXJ2aWNlcw';

/** Kafka in KRaft mode, one broker, from Maven Central. */
export const kafka: Service = {
  name: 'kafka',
  version,
  ports: { kafka: 19_092, controller: 19_093 },
  startWithinMs: 60_000,
  async obtain(cache) {
    await findJava();
    return cache.folder(`kafka-${version}`, async (folder) => {
      await writeFile(join(folder, 'pom.xml'), pom);
      const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
      await runTool(maven, ['-B', '-q', copy, `-DoutputDirectory=${join(folder, 'libs')}`], { cwd: folder });
      await verifyJars(join(folder, 'libs'));
    });
  },
  async prepare({ folder, program, ports }) {
    const configuration = join(folder, 'server.properties');
    const log = join(folder, 'log');
    await writeFile(configuration, properties({ log, kafka: ports.kafka, controller: ports.controller }));
    const java = await findJava();
    const base = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', join(program, 'libs', '*')];
    const format = ['kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', clusterId, '-c', configuration];
    await execute(java, [...base, ...format]);
    return { command: java, arguments: ['-Xms128m', '-Xmx512m', ...base, 'kafka.Kafka', configuration] };
  },
  async isHealthy(place) {
    const retry = { retries: 0 };
    const admin = new Kafka({ brokers: [`127.0.0.1:${portOf(place, 'kafka')}`], logLevel: logLevel.NOTHING, retry }).admin({ retry });
    try {
      await admin.connect();
      return (await admin.describeCluster()).brokers.length > 0;
    } finally {
      await admin.disconnect().catch(() => {});
    }
  },
  url: (place) => `kafka://127.0.0.1:${portOf(place, 'kafka')}`,
  async environment(place) {
    return { EVENTS_URL: this.url(place) };
  },
};

const verifyJars = async (folder: string): Promise<void> => {
  const found = await readdir(folder);
  const wrong = [...found.filter((jar) => !kafkaJars[jar]), ...Object.keys(kafkaJars).filter((jar) => !found.includes(jar))];
  if (wrong.length)
    throw new LaunchProblem(`Kafka ${version} came with other files than were pinned: ${wrong.join(', ')}.`, 'Is a mirror in the way?');
  for (const [jar, sha256] of Object.entries(kafkaJars)) await verify(join(folder, jar), sha256);
};

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>plexica</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

// One broker keeps every internal topic once, and waits for nobody before it gives a group its partitions.
const properties = ({ log, kafka, controller }: { log: string; kafka?: number; controller?: number }) => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${kafka},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${kafka}
controller.listener.names=CONTROLLER
log.dirs=${log}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
`;
