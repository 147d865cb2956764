"""The box: pictures of strangers are decoded in processes that hold nothing and may die.

``pool.Box`` is what the program uses, ``worker`` what runs on the other side, ``wire`` what
crosses.
"""
