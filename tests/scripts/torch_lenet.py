"""A small LeNet: convolutions, pooling, three linear layers."""

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 3, 3)
        self.conv2 = nn.Conv2d(3, 4, 3)
        self.fc1 = nn.Linear(4 * 2 * 2, 6)
        self.fc2 = nn.Linear(6, 5)
        self.fc3 = nn.Linear(5, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


torch.manual_seed(0)
net = Net()
print(net)
inputs = torch.randn(2, 1, 14, 14)
target = torch.tensor([0, 2])
optimizer = optim.SGD(net.parameters(), lr=0.01)
for epoch in range(2):
    optimizer.zero_grad()
    output = net(inputs)
    loss = F.nll_loss(F.log_softmax(output, dim=1), target)
    loss.backward()
    optimizer.step()
print(loss.item())
