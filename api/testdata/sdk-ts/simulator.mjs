// Starts "parlor simulate" for a suite. PARLOR names the binary.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// start returns the base URL of a simulator that answers the scripts first,
// and a function that ends it.
export async function start(scripts = []) {
  const program = process.env.PARLOR;
  if (!program) throw new Error('PARLOR must name the parlor binary');
  const home = await mkdtemp(join(tmpdir(), 'parlor-sdk-'));
  const file = join(home, 'scripts.json');
  await writeFile(file, JSON.stringify(scripts));
  const env = { PATH: process.env.PATH, HOME: home };
  const child = spawn(program, ['simulate', '--addr', '127.0.0.1:0', '--rate', '-1', '--scripts', file], { env });
  const ended = new Promise((done) => child.on('exit', done));
  const url = await new Promise((found, failed) => {
    let said = '';
    const read = (chunk) => {
      said += chunk;
      const match = /at (http:\S+)\n/.exec(said);
      if (match) found(match[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', failed);
    child.on('exit', () => failed(new Error(`the simulator ended: ${said}`)));
  });
  const stop = async () => {
    child.kill();
    await ended;
    await rm(home, { recursive: true });
  };
  return { url, stop };
}
