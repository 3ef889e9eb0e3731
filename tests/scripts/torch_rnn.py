"""A recurrent network out of linear layers that reads a word letter by letter."""

import torch
import torch.nn as nn

letters = "abcdef"


def line_to_tensor(line):
    tensor = torch.zeros(len(line), 1, len(letters))
    for li, letter in enumerate(line):
        tensor[li][0][letters.find(letter)] = 1
    return tensor


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super(RNN, self).__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.h2o = nn.Linear(hidden_size, output_size)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, input, hidden):
        combined = torch.cat((input, hidden), 1)
        hidden = torch.tanh(self.i2h(combined))
        return self.softmax(self.h2o(hidden)), hidden

    def init_hidden(self):
        return torch.zeros(1, self.hidden_size)


rnn = RNN(len(letters), 4, 2)
criterion = nn.NLLLoss()
for word, label in [("fade", 0), ("bed", 1)]:
    hidden = rnn.init_hidden()
    rnn.zero_grad()
    for letter in line_to_tensor(word):
        output, hidden = rnn(letter, hidden)
    loss = criterion(output, torch.tensor([label]))
    loss.backward()
    for p in rnn.parameters():
        p.data.add_(p.grad.data, alpha=-0.05)
print(output.topk(1)[1][0].item())
print(loss.item())
