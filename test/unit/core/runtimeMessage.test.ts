import { expect, it } from 'vitest';
import { runtimeMessage } from '../../../server/src/core/text/runtimeMessage';

it.each([
  [
    'Load model from a.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:149 onnxruntime::Model::Model(onnx::ModelProto&&, const PathString&, const logging::Logger&) Unsupported model IR version: 12, max supported IR version: 10\n',
    'Load model from a.onnx failed:Unsupported model IR version: 12, max supported IR version: 10',
  ],
  [
    'Non-zero status code returned while running Reshape node. Status Message: D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\cpu\\tensor\\reshape_helper.h:45 onnxruntime::ReshapeHelper::ReshapeHelper(const TensorShape &,bool) input_shape_size == size was false.\nmore',
    'Non-zero status code returned while running Reshape node. Status Message: input_shape_size == size was false.',
  ],
  [
    '/Users/runner/work/1/s/include/onnxruntime/core/framework/ort_value.h:12 const T& OrtValue::Get() const [with T = onnxruntime::Tensor] IsTensor() was false.',
    'IsTensor() was false.',
  ],
  ['The graph returns text instead of numbers.', 'The graph returns text instead of numbers.'],
  ['Load model from /home/me/onnxruntime/a.onnx failed', 'Load model from /home/me/onnxruntime/a.onnx failed'],
])('%j', (text, shown) => expect(runtimeMessage(text)).toBe(shown));
