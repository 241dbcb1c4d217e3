#!/usr/bin/env python3
"""A training step of models/char_lstm.dp and models/char_transformer.dp in PyTorch: windows of 64 characters, batch 32, AdamW.

    python bench/peers/char_peer.py lstm|transformer [threads]

What is printed is the least and the median of 40 steps, gathering included. For denpa: the difference of the seconds that
`denpa train models/char_lstm.dp --data text:FILE --batch 32 --optim adamw --log-every 1000 --jsonl --steps N` says for N = 20 and 120.
"""
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

VOCABULARY, LENGTH, BATCH, WIDTH, HEADS = 102, 64, 32, 96, 4


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 32)
        self.lstm = nn.LSTM(32, 128, batch_first=True)
        self.out = nn.Linear(128, VOCABULARY)

    def forward(self, x):
        return self.out(self.lstm(self.embedding(x))[0])


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.before, self.between = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.heads_in, self.heads_out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.wide, self.narrow = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        n, t, _ = x.shape
        q, k, v = self.heads_in(self.before(x)).view(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(n, t, WIDTH)
        x = x + self.heads_out(seen)
        return x + self.narrow(F.gelu(self.wide(self.between(x))))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.place = nn.Embedding(VOCABULARY, WIDTH), nn.Parameter(0.02 * torch.randn(LENGTH, WIDTH))
        self.layers, self.norm, self.out = nn.Sequential(Layer(), Layer()), nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY)

    def forward(self, x):
        return self.out(self.norm(self.layers(self.embedding(x) + self.place)))


def main():
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    model = {"lstm": Lstm, "transformer": Transformer}[sys.argv[1]]()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
    text = torch.randint(0, VOCABULARY, (100000,))
    times = []
    for _ in range(45):
        begin = time.perf_counter()
        at = torch.randint(0, len(text) - LENGTH - 1, (BATCH,))
        x = torch.stack([text[i:i + LENGTH] for i in at])
        t = torch.stack([text[i + 1:i + LENGTH + 1] for i in at])
        optimizer.zero_grad()
        F.cross_entropy(model(x).view(-1, VOCABULARY), t.view(-1)).backward()
        optimizer.step()
        times.append(time.perf_counter() - begin)
    times = sorted(times[5:])
    print(f"{sys.argv[1]}: least {1e3 * times[0]:.1f} ms, median {1e3 * times[20]:.1f} ms")


if __name__ == "__main__":
    main()
