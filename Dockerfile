# vqclip in a container. For a CPU (about 2 GB), or for NVIDIA GPUs:
#
#   docker build --build-arg TORCH=cpu -t vqclip .
#   docker build --build-arg TORCH=cu126 -t vqclip:cuda .
#
#   docker run --rm -v "$PWD/outputs:/pictures/outputs" vqclip "a lighthouse at dusk"
#   docker run --rm --gpus all -v "$PWD/outputs:/pictures/outputs" -v vqclip-cache:/cache vqclip:cuda \
#     "a lighthouse at dusk" --preset imagenet
FROM python:3.12-slim

# The wheels of PyTorch: cpu, or a version of CUDA such as cu126.
ARG TORCH=cpu
# Extras of vqclip, such as [video,web].
ARG EXTRAS=""

RUN pip install --no-cache-dir torch torchvision --index-url "https://download.pytorch.org/whl/${TORCH}"

COPY pyproject.toml README.md LICENSE /src/
COPY vqclip /src/vqclip
COPY configs /src/configs
RUN pip install --no-cache-dir "/src${EXTRAS}" && rm -rf /src

# Downloaded models and embeddings; mount a volume to keep them.
ENV VQCLIP_HOME=/cache/vqclip HF_HOME=/cache/huggingface
RUN useradd --create-home painter && mkdir -p /pictures/outputs /cache && chown -R painter /pictures /cache
USER painter
WORKDIR /pictures
VOLUME ["/cache", "/pictures/outputs"]
ENTRYPOINT ["vqclip"]
CMD ["--help"]
