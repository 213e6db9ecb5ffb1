#!/usr/bin/env bash
# Tells Spark which GPUs this machine or container has, as its resource discovery wants to hear it:
# {"name": "gpu", "addresses": ["0", "1"]}. An address is the index that PyTorch knows the GPU by.
set -euo pipefail

if [ -n "${CUDA_VISIBLE_DEVICES:-}" ]; then
  # PyTorch counts what is visible anew from 0.
  count=$(tr ',' '\n' <<<"$CUDA_VISIBLE_DEVICES" | grep -c .)
elif command -v nvidia-smi >/dev/null; then
  count=$(nvidia-smi --query-gpu=index --format=csv,noheader | grep -c .)
else
  echo "error: there is no nvidia-smi on the PATH of $(hostname): install NVIDIA's driver, or set CUDA_VISIBLE_DEVICES" >&2
  exit 1
fi

addresses=$(seq -s ', ' 0 $((count - 1)) | sed -E 's/[0-9]+/"&"/g')
echo "{\"name\": \"gpu\", \"addresses\": [$addresses]}"
