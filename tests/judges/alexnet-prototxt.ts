/** FCN-AlexNet for PASCAL VOC as prototxt, by hand after the published file: what the OpenCV judge reads. */
export function alexnetPrototxt(height: number, width: number): string {
  return `input: "data"
input_shape { dim: 1 dim: 3 dim: ${height} dim: ${width} }
layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1" convolution_param { num_output: 96 kernel_size: 11 stride: 4 pad: 100 } }
layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "relu1" }
layer { name: "pool1" type: "Pooling" bottom: "relu1" top: "pool1" pooling_param { pool: MAX kernel_size: 3 stride: 2 } }
layer { name: "norm1" type: "LRN" bottom: "pool1" top: "norm1" lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 } }
layer { name: "conv2" type: "Convolution" bottom: "norm1" top: "conv2" convolution_param { num_output: 256 kernel_size: 5 pad: 2 group: 2 } }
layer { name: "relu2" type: "ReLU" bottom: "conv2" top: "relu2" }
layer { name: "pool2" type: "Pooling" bottom: "relu2" top: "pool2" pooling_param { pool: MAX kernel_size: 3 stride: 2 } }
layer { name: "norm2" type: "LRN" bottom: "pool2" top: "norm2" lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 } }
layer { name: "conv3" type: "Convolution" bottom: "norm2" top: "conv3" convolution_param { num_output: 384 kernel_size: 3 pad: 1 } }
layer { name: "relu3" type: "ReLU" bottom: "conv3" top: "relu3" }
layer { name: "conv4" type: "Convolution" bottom: "relu3" top: "conv4" convolution_param { num_output: 384 kernel_size: 3 pad: 1 group: 2 } }
layer { name: "relu4" type: "ReLU" bottom: "conv4" top: "relu4" }
layer { name: "conv5" type: "Convolution" bottom: "relu4" top: "conv5" convolution_param { num_output: 256 kernel_size: 3 pad: 1 group: 2 } }
layer { name: "relu5" type: "ReLU" bottom: "conv5" top: "relu5" }
layer { name: "pool5" type: "Pooling" bottom: "relu5" top: "pool5" pooling_param { pool: MAX kernel_size: 3 stride: 2 } }
layer { name: "fc6" type: "Convolution" bottom: "pool5" top: "fc6" convolution_param { num_output: 4096 kernel_size: 6 } }
layer { name: "relu6" type: "ReLU" bottom: "fc6" top: "relu6" }
layer { name: "fc7" type: "Convolution" bottom: "relu6" top: "fc7" convolution_param { num_output: 4096 kernel_size: 1 } }
layer { name: "relu7" type: "ReLU" bottom: "fc7" top: "relu7" }
layer { name: "score_fr" type: "Convolution" bottom: "relu7" top: "score_fr" convolution_param { num_output: 21 kernel_size: 1 } }
layer { name: "upscore" type: "Deconvolution" bottom: "score_fr" top: "upscore" convolution_param { num_output: 21 bias_term: false kernel_size: 63 stride: 32 } }
layer { name: "score" type: "Crop" bottom: "upscore" bottom: "data" top: "score" crop_param { axis: 2 offset: 18 } }
`;
}
