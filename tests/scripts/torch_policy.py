"""A policy gradient: actions drawn from a Categorical, rewards discounted and made standard."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

torch.manual_seed(1)
policy = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2))
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
saved_log_probs, rewards = [], []
for t in range(4):
    state = torch.randn(4).unsqueeze(0)
    m = Categorical(F.softmax(policy(state), dim=1))
    action = m.sample()
    saved_log_probs.append(m.log_prob(action))
    rewards.append(float(action.item()))
R, returns = 0.0, []
for r in rewards[::-1]:
    R = r + 0.99 * R
    returns.insert(0, R)
returns = torch.tensor(returns)
returns = (returns - returns.mean()) / (returns.std() + 1e-6)
policy_loss = [-log_prob * R for log_prob, R in zip(saved_log_probs, returns)]
optimizer.zero_grad()
policy_loss = torch.cat(policy_loss).sum()
policy_loss.backward()
optimizer.step()
print(policy_loss.item())
