import { describe, expect, it } from '@jest/globals';
import { atStage, dockerEvent } from '../samples.ts';
import { endsRequest, isJudgedWithoutStage } from './judged.ts';

describe('what is judged, and what ends a request', () => {
  it.each([
    ['RequestReceived', { statusCode: null }, { judged: false, ends: false }],
    ['RequestReceived', { action: 'watch', statusCode: null }, { judged: false, ends: false }],
    ['ResponseStarted', { statusCode: 200 }, { judged: false, ends: false }],
    ['ResponseStarted', { statusCode: 403 }, { judged: false, ends: false }],
    ['ResponseStarted', { action: 'watch', statusCode: 200 }, { judged: true, ends: false }],
    ['ResponseStarted', { statusCode: 101 }, { judged: true, ends: false }],
    ['ResponseStarted', { statusCode: 401 }, { judged: true, ends: false }],
    ['ResponseComplete', { statusCode: 200 }, { judged: true, ends: true }],
    ['ResponseComplete', { action: 'watch', statusCode: 200 }, { judged: true, ends: true }],
    ['Panic', { statusCode: 500 }, { judged: true, ends: true }],
    ['SomethingNew', { statusCode: 200 }, { judged: false, ends: false }],
  ])('%s with %j', (stage, change, expected) => {
    const event = atStage(stage, change);
    expect({ judged: isJudgedWithoutStage(event), ends: endsRequest(event) }).toEqual(expected);
  });

  it('judges a Docker event once', () => {
    expect([isJudgedWithoutStage(dockerEvent), endsRequest(dockerEvent)]).toEqual([true, true]);
  });
});
