"""Random programs against the library: `python -m fuzz` (make fuzz).

    python -m fuzz --programs 200000 --seed 1 --minutes 60
    python -m fuzz --area mutation --programs 5000

Every case is drawn from one seed, and a finding names it: `--area NAME --programs 1 --seed S` tries
that case again. The areas, each a module with a function ``case(seed, tally)``:

programs    Programs over both tables of derivatives, with empty and 0-d arrays, axes of length 1,
            strides, three dtypes, shared nodes and repeated operands. The value is compared with
            plain NumPy, the gradient with central differences, with the other ways to it that the
            library has, and with PyTorch where it is installed; the second derivative with
            differences of the first. Programs are written as functions, as NumPy's, as methods.
mutation    Optimizer steps, assigned and overwritten data, detach, no_grad and zero_grad between
            forward and backward. The gradient is the one of a shadow program, or an error is
            raised; it is never another number.
threads     Scopes, no_grad and sweeps in many threads, on shared graphs.
interrupts  KeyboardInterrupt at random moments: what is recorded afterwards is what was recorded
            before.
files       Damaged checkpoints, archives and tables: they load equal, or raise an error of one line
            and leave the model as it was.
states      Checkpoints of random trees of data, and states of optimizers with one wrong entry.
replays     Functions of arrays, compiled: calls, training steps and dense networks, which give what
            the eager ones give, nan and inf in the same places.
scalars     Graphs of numbers, compiled: every executor gives what the eager pass gives, nan and inf
            in the same places.
shell       Hostile command lines: exit status 0 or 2, one line on stderr, no control characters.

A finding is "wrong" (a result that differs) or a "crash" (an exception where a result or another
error was due). It is printed as a small program with one line that says what differs.
"""
