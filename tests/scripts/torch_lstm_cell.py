"""An LSTM cell over the steps of a wave, and what it says of the next ones."""

import torch
import torch.nn as nn


class Sequence(nn.Module):
    def __init__(self):
        super(Sequence, self).__init__()
        self.lstm1 = nn.LSTMCell(1, 3)
        self.linear = nn.Linear(3, 1)

    def forward(self, input, future=0):
        outputs = []
        h_t = torch.zeros(input.size(0), 3, dtype=torch.double)
        c_t = torch.zeros(input.size(0), 3, dtype=torch.double)
        for input_t in input.split(1, dim=1):
            h_t, c_t = self.lstm1(input_t, (h_t, c_t))
            output = self.linear(h_t)
            outputs += [output]
        for i in range(future):
            h_t, c_t = self.lstm1(output, (h_t, c_t))
            output = self.linear(h_t)
            outputs += [output]
        return torch.cat(outputs, dim=1)


torch.manual_seed(0)
data = torch.sin(torch.arange(5).double() / 2).view(1, 5)
seq = Sequence()
seq.double()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(seq.parameters(), lr=0.05)
for i in range(2):
    optimizer.zero_grad()
    loss = criterion(seq(data[:, :-1]), data[:, 1:])
    loss.backward()
    optimizer.step()
with torch.no_grad():
    print(seq(data, future=2).detach().numpy().shape)
print(loss.item())
