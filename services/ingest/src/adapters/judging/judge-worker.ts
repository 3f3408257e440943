/** The program of a thread that judges large items. */
import { parentPort } from 'node:worker_threads';
import { judgeItem, type Judgement } from '../../domain/record.ts';
import { framesOf } from '../../frames-of.ts';
import { type JudgeReply, type JudgeTask } from './judge-protocol.ts';

parentPort?.on('message', (task: JudgeTask) => {
  const reply = judge(task);
  parentPort?.postMessage(reply, reply.type === 'judged' ? memoryOf(reply.judgement) : []);
});

function judge({ item, from, truncatedBytes }: JudgeTask): JudgeReply {
  try {
    const judgement = judgeItem(Buffer.from(item.buffer), from, truncatedBytes);
    return { type: 'judged', judgement };
  } catch (error) {
    return { type: 'failed', frames: framesOf(error) };
  }
}

/** The record's body is handed over rather than copied, where its memory holds nothing else. */
function memoryOf(judgement: Judgement): ArrayBuffer[] {
  if (judgement.type !== 'accepted') return [];
  const { buffer, byteLength } = judgement.record.body;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
