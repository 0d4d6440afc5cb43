/** Source file, line and function of the runtime's build machine: `/onnxruntime_src/…/model.cc:149 onnxruntime::Model::Model(…)`. */
const sourcePlace =
  /(?:\b[A-Za-z]:)?[\\/][^\s:]*onnxruntime[^\s:]*\.(?:cc|cpp|cu|h|hpp):\d+(?: [^()]*\([^()]*\)(?: const)?(?: \[with [^\]]*\])?)?\s*/g;

/** A message of ONNX Runtime in one line, without the places in its source code. */
export const runtimeMessage = (text: string): string => text.split('\n')[0]!.replace(sourcePlace, '').trim();
